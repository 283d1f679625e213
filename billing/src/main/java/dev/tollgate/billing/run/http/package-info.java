/// Starting and watching billing runs over HTTP.
@NullMarked
package dev.tollgate.billing.run.http;

import org.jspecify.annotations.NullMarked;
