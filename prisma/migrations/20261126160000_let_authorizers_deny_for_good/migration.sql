-- Whether an authorizer of a cluster denies for good what it does not permit. NULL where it declares nothing.
ALTER TABLE enforcement_points ADD COLUMN authoritative boolean;
