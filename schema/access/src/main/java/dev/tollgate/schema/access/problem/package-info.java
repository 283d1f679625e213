/// Errors over HTTP as RFC 9457 problem details.
@NullMarked
package dev.tollgate.schema.access.problem;

import org.jspecify.annotations.NullMarked;
