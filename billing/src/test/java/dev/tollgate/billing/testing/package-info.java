/// A migrated database with tenants and usage for tests.
@NullMarked
package dev.tollgate.billing.testing;

import org.jspecify.annotations.NullMarked;
