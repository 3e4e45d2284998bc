-- The keys that payment_xendit empties are in this column here.
UPDATE payment_provider
   SET server_env_defaults = NULL
 WHERE code = 'xendit';
