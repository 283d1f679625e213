/// Usage read from the tables of buckets and raw events, as the tenant.
@NullMarked
package dev.tollgate.aggregator.query.postgres;

import org.jspecify.annotations.NullMarked;
