/// The rules of the schema, held against a real PostgreSQL.
@NullMarked
package dev.tollgate.schema.database;

import org.jspecify.annotations.NullMarked;
