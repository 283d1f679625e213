/// A copy of the catalog in a file, from which a gateway starts while the database is away.
@NullMarked
package dev.tollgate.gateway.tenant.file;

import org.jspecify.annotations.NullMarked;
