-- Keys of the real bank must not be in a copy of the database.
UPDATE payment_provider
   SET server_env_defaults = NULL
 WHERE code = 'snap';
DELETE FROM payment_snap_token;
