/// Work that goes on in the background for as long as the service runs.
@NullMarked
package dev.tollgate.billing.loop;

import org.jspecify.annotations.NullMarked;
