/// The bare binary COPY: rows that were encoded before, in the order in which a consumer polls them, sent over one
/// connection.
@NullMarked
package dev.tollgate.bench.metering.copy;

import org.jspecify.annotations.NullMarked;
