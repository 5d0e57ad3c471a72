-- Where an enforcement point of a data layer keeps its resources, for plans. NULL where it declares nothing.
ALTER TABLE enforcement_points ADD COLUMN data jsonb;
