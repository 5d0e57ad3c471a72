-- Paths of OPA's Data API that an enforcement point asks, and bounds on how it may ask. NULL where it declares none.
ALTER TABLE enforcement_points ADD COLUMN opa jsonb, ADD COLUMN limits jsonb;
