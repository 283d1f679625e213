/// Who owns an hour, what was seen before, and the fold of one partition. Pure.
@NullMarked
package dev.tollgate.aggregator.topology;

import org.jspecify.annotations.NullMarked;
