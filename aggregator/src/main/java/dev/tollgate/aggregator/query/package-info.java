/// What a tenant used, by window, and what its quotas hold now.
@NullMarked
package dev.tollgate.aggregator.query;

import org.jspecify.annotations.NullMarked;
