/// Named places at which a fault test lets the process die.
@NullMarked
package dev.tollgate.schema.access.strike;

import org.jspecify.annotations.NullMarked;
