-- a copy of the database must not charge anybody
UPDATE payment_provider
   SET server_env_defaults = NULL,
       api_url = NULL,
       midtrans_snap_url = NULL
 WHERE code = 'midtrans';
