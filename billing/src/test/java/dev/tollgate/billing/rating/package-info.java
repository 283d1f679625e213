/// Rating, by examples and properties.
@NullMarked
package dev.tollgate.billing.rating;

import org.jspecify.annotations.NullMarked;
