/// Usage over HTTP.
@NullMarked
package dev.tollgate.aggregator.query.http;

import org.jspecify.annotations.NullMarked;
