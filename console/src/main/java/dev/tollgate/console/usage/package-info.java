/// What tenants used this month, as the hourly buckets tell it.
@NullMarked
package dev.tollgate.console.usage;

import org.jspecify.annotations.NullMarked;
