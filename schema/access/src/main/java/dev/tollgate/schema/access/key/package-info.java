/// Keys of tenants and of staff: their text, their hashes, and who a staff key belongs to.
@NullMarked
package dev.tollgate.schema.access.key;

import org.jspecify.annotations.NullMarked;
