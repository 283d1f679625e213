/// One writer per Kafka partition, kept by PostgreSQL.
@NullMarked
package dev.tollgate.schema.access.fence;

import org.jspecify.annotations.NullMarked;
