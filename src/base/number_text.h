/* Numbers from text and to text, exactly as the C library's strtod and "%.14g" would.
   Layer: base. */
#ifndef FERROUS_BASE_NUMBER_TEXT_H
#define FERROUS_BASE_NUMBER_TEXT_H

#include "base/config.h"

typedef enum NumeralKind { NUMERAL_NONE, NUMERAL_INT, NUMERAL_DOUBLE } NumeralKind;

/* A numeral with blanks around it and an optional sign: manual 3.1 and 3.4.3. Hexadecimal integers
   wrap around; decimal ones that do not fit 64 bits are doubles. No "inf", no "nan", no embedded
   zeros.
   The decimal point is '.', or the locale's. The text need not end in a zero byte. */
NumeralKind numeral_parse(const char *text, size_t length, int64_t *integer, double *number);

enum { NUMBER_TEXT_SIZE = 64 };

/* Both return the length; no terminating zero. */
size_t int_to_text(int64_t i, char out[NUMBER_TEXT_SIZE]);
/* "%.14g" in the current locale, with ".0" behind what would look like an integer. */
size_t double_to_text(double d, char out[NUMBER_TEXT_SIZE]);

#endif
