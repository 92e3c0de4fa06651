/*
 * Quoted strings: see quoted.h.
 * Layer: cli.
 */
#include "quoted.h"

#include <stdio.h>

/* The length of the printable UTF-8 sequence of several bytes that begins here; 0 if there is
 * none. */
static size_t sequence_length(const unsigned char *s, size_t available) {
  size_t length = s[0] >= 0xF5 ? 0 : s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC2 ? 2 : 0;
  if (length == 0 || length > available)
    return 0;
  for (size_t i = 1; i < length; i++) {
    if ((s[i] & 0xC0) != 0x80)
      return 0;
  }
  bool is_control = s[0] == 0xC2 && s[1] < 0xA0;
  bool is_too_long = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
  bool is_no_character = (s[0] == 0xED && s[1] >= 0xA0) || (s[0] == 0xF4 && s[1] >= 0x90);
  return is_control || is_too_long || is_no_character ? 0 : length;
}

static void add_escaped(Text *text, unsigned char c, unsigned char next) {
  static const char CONTROLS[] = "\a\b\t\n\v\f\r\"\\", LETTERS[] = "abtnvfr\"\\";
  const char *control = c != '\0' ? strchr(CONTROLS, c) : NULL;
  char escape[5] = {'\\', 0};
  if (control != NULL)
    escape[1] = LETTERS[control - CONTROLS];
  else
    snprintf(escape, sizeof escape, next >= '0' && next <= '9' ? "\\%03d" : "\\%d", c);
  text_add_string(text, escape);
}

void quoted_add(Text *text, const char *bytes, size_t length, size_t limit) {
  const unsigned char *s = (const unsigned char *)bytes;
  bool is_cut = length > limit;
  text_add(text, "\"", 1);
  for (size_t i = 0; i < length && i < limit;) {
    size_t size = s[i] >= 0x80 ? sequence_length(s + i, length - i) : 1;
    if (size == 0 || s[i] < 0x20 || s[i] == 0x7F || s[i] == '"' || s[i] == '\\') {
      add_escaped(text, s[i], i + 1 < length ? s[i + 1] : '\0');
      size = 1;
    } else {
      text_add(text, bytes + i, size);
    }
    i += size;
  }
  text_add_string(text, is_cut ? "\"..." : "\"");
}
