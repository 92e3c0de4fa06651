/* Handlers: loops. See dispatch.h; what the loop registers hold is said at slow_for_prepare. */

HANDLER(FOR_PREPARE) { SLOW(for_prepare); }

HANDLER(FOR_LOOP) { SLOW(for_loop); }

/* A small count means that index and step are small as well, and stay so. */
HANDLER(FOR_LOOP_INT) {
  Value *r = &RA;
  Value count = r[1];
  if (unlikely(count < tag_int)) SLOW(for_loop);
  if (count != tag_int) { /* not 0 */
    Value index = (r[0] + r[2]) | tag_int;
    r[1] = count - 1;
    r[0] = index;
    r[3] = index;
    SKIP(1, SD);
  }
  NEXT(1);
}

HANDLER(FOR_LOOP_NUM) {
  Value *r = &RA;
  if (unlikely(!value_is_double(r[0]))) SLOW(for_loop);
  double step = value_as_double(r[2]), limit = value_as_double(r[1]);
  double index = value_as_double(r[0]) + step;
  if (step > 0 ? index <= limit : limit <= index) {
    r[0] = r[3] = value_from_double(index);
    SKIP(1, SD);
  }
  NEXT(1);
}

HANDLER(GENERIC_PREPARE) { SLOW(generic_prepare); }

HANDLER(GENERIC_FOR) { SLOW(generic_for); }

HANDLER(GENERIC_FOR_NEXT) { SLOW(generic_next); }

HANDLER(GENERIC_FOR_IPAIRS) { SLOW(generic_ipairs); }
