/// What one tenant used in one hour, and how events add up to it. Pure.
@NullMarked
package dev.tollgate.aggregator.fold;

import org.jspecify.annotations.NullMarked;
