/*
 * Names and reserved words: see identifier.h.
 * Layer: cli.
 */
#include "identifier.h"

#include <string.h>

const char *const identifier_reserved[] = {
    "and",  "break", "do",  "else", "elseif", "end",    "false", "for",  "function", "goto",  "if",
    "in",   "local", "nil", "not",  "or",     "repeat", "return", "then", "true",    "until",
    "while", NULL};

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool identifier_is_name(const char *bytes, size_t length) {
  if (length == 0 || !is_letter(bytes[0]))
    return false;
  for (size_t i = 1; i < length; i++) {
    if (!is_letter(bytes[i]) && !(bytes[i] >= '0' && bytes[i] <= '9'))
      return false;
  }
  for (const char *const *word = identifier_reserved; *word != NULL; word++) {
    if (strlen(*word) == length && memcmp(*word, bytes, length) == 0)
      return false;
  }
  return true;
}
