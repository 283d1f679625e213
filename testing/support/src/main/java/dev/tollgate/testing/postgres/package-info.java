/// A real PostgreSQL server for tests and the quickstart.
@NullMarked
package dev.tollgate.testing.postgres;

import org.jspecify.annotations.NullMarked;
