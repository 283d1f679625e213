/// Lanes as memory-mapped segment files.
@NullMarked
package dev.tollgate.gateway.journal.file;

import org.jspecify.annotations.NullMarked;
