/// Staff keys in the table `operator_keys`.
@NullMarked
package dev.tollgate.schema.access.key.postgres;

import org.jspecify.annotations.NullMarked;
