-- One entry of a stored segment (each after its length as a big-endian uint16), so that whoever wants one is not sent hundreds of
-- kilobytes. NULL when the segment ends before it does.
CREATE FUNCTION sallyport_packed_entry(packed bytea, place int) RETURNS bytea
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  flat bytea := packed || ''::bytea; -- unpacked once, not at every look
  size int;
  at int := 0;
BEGIN
  FOR n IN 0..place LOOP
    IF at + 2 > octet_length(flat) THEN
      RETURN NULL;
    END IF;
    size := get_byte(flat, at) * 256 + get_byte(flat, at + 1);
    EXIT WHEN n = place;
    at := at + 2 + size;
  END LOOP;
  IF at + 2 + size > octet_length(flat) THEN
    RETURN NULL;
  END IF;
  RETURN substring(flat FROM at + 3 FOR size);
END $$;
