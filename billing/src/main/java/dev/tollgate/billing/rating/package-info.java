/// What usage costs: a pure function from plan versions, their days and the usage to lines.
@NullMarked
package dev.tollgate.billing.rating;

import org.jspecify.annotations.NullMarked;
