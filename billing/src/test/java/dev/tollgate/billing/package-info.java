/// The rules of the service's code.
@NullMarked
package dev.tollgate.billing;

import org.jspecify.annotations.NullMarked;
