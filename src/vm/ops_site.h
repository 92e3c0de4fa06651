/* Handlers: fields and methods at sites that meet several shapes. See dispatch.h; cache.h for the cache words.

   Each family has a form that asks the site's own entries (site.h), one that asks the shared cache
   (lookup.h), and between them a handler that is no opcode: it asks the shared cache for a shape that the site does
   not remember, and teaches it. They differ in where they look, and in what they do when nothing, or nil, is found. */

/* What the shared cache knew becomes an entry of the site's own. Where too many shapes are met for that, it asks the
   shared cache at once from then on. */
#define SITE_LEARN(family)                                                               \
  do {                                                                                   \
    if (unlikely(!site_learn(global_of(L), cache_site(pc[1]), t, value_string(KD))))     \
      instruction_rewrite(pc, OP_##family##_SHARED);                                     \
  } while (0)

#define IN_SITE site_find(global_of(L), cache_site(pc[1]), t)
#define IN_SHARED_CACHE lookup_find(global_of(L), t, value_string(KD))
#define OWN_IN_SHARED_CACHE lookup_find_own(global_of(L), t, value_string(KD))

/* ---- reading ----------------------------------------------------------------------------------- */

#define GET_HANDLER(name, find, missing, for_nil, learn)                       \
  HANDLER(name) {                                                              \
    const Table *t = value_untag(RB, TAG_TABLE);                               \
    if (unlikely(untag_failed(t))) HAND_OVER(GET_FIELD_USERDATA);              \
    const Value *place = find;                                                 \
    if (unlikely(place == NULL)) missing;                                      \
    Value v = *place;                                                          \
    if (v == nil) for_nil;                                                     \
    learn;                                                                     \
    RA = v;                                                                    \
    NEXT(3);                                                                   \
  }
#define NIL_IF_KNOWN                                                                       \
  do {                                                                                     \
    if (!lookup_nil_means(global_of(L), t, value_string(KD), LOOKUP_NIL_READ)) SLOW(get_field); \
    RA = nil;                                                                              \
    NEXT(3);                                                                               \
  } while (0)

GET_HANDLER(GET_FIELD_SHARED, IN_SHARED_CACHE, SLOW(get_field), NIL_IF_KNOWN, (void)0)
GET_HANDLER(GET_FIELD_SEVERAL_OTHER, IN_SHARED_CACHE, SLOW(get_field), NIL_IF_KNOWN, SITE_LEARN(GET_FIELD))
GET_HANDLER(GET_FIELD_SEVERAL, IN_SITE, HAND_OVER(GET_FIELD_SEVERAL_OTHER),
            HAND_OVER(GET_FIELD_SEVERAL_OTHER), (void)0)

/* ---- storing ----------------------------------------------------------------------------------- */

/* An own field is nil, or becomes nil, or a field that is not there stays so. No opcode of its own. */
HANDLER(SET_FIELD_SHARED_NIL) {
  Table *t = value_table(RA);
  const String *key = value_string(KD);
  Value *slot = lookup_find_own(global_of(L), t, key), v = RC;
  if (unlikely(t->head.aux & TABLE_IS_PROTOTYPE)) SLOW(set_field);
  if ((slot == NULL || *slot == nil) && !lookup_nil_means(global_of(L), t, key, LOOKUP_NIL_STORED))
    SLOW(set_field);
  if (slot == NULL && v == nil) NEXT(3);
  if (unlikely(slot == NULL || t->head.color == L->heap->barrier_color)) SLOW(set_field);
  *slot = v;
  NEXT(3);
}

#define SET_HANDLER(name, find, others, learn)                                 \
  HANDLER(name) {                                                              \
    Table *t = value_untag(RA, TAG_TABLE);                                     \
    if (unlikely(untag_failed(t))) HAND_OVER(SET_FIELD_USERDATA);              \
    Value *slot = find, v = RC;                                                \
    if (unlikely(slot == NULL || *slot == nil || v == nil)) HAND_OVER(others); \
    if (unlikely(t->head.color == L->heap->barrier_color)) SLOW(set_field);    \
    learn;                                                                     \
    *slot = v;                                                                 \
    NEXT(3);                                                                   \
  }

SET_HANDLER(SET_FIELD_SHARED, OWN_IN_SHARED_CACHE, SET_FIELD_SHARED_NIL, (void)0)
SET_HANDLER(SET_FIELD_SEVERAL_OTHER, OWN_IN_SHARED_CACHE, SET_FIELD_SHARED_NIL, SITE_LEARN(SET_FIELD))
SET_HANDLER(SET_FIELD_SEVERAL, IN_SITE, SET_FIELD_SEVERAL_OTHER, (void)0)

/* ---- methods ----------------------------------------------------------------------------------- */

#define SELF_HANDLER(name, find, missing, learn)                               \
  HANDLER(name) {                                                              \
    Value object = RB;                                                         \
    const Table *t = value_untag(object, TAG_TABLE);                           \
    if (unlikely(untag_failed(t))) HAND_OVER(SELF_USERDATA);                   \
    const Value *place = find;                                                 \
    if (unlikely(place == NULL)) missing;                                      \
    Value v = *place;                                                          \
    if (unlikely(v == nil)) SLOW(self);                                        \
    learn;                                                                     \
    Value *r = &RA;                                                            \
    r[1] = object;                                                             \
    r[0] = v;                                                                  \
    NEXT(3);                                                                   \
  }

SELF_HANDLER(SELF_SHARED, IN_SHARED_CACHE, SLOW(self), (void)0)
SELF_HANDLER(SELF_SEVERAL_OTHER, IN_SHARED_CACHE, SLOW(self), SITE_LEARN(SELF))
SELF_HANDLER(SELF_SEVERAL, IN_SITE, HAND_OVER(SELF_SEVERAL_OTHER), (void)0)
