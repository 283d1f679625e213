@NullMarked
package dev.tollgate.gateway.journal.file;

import org.jspecify.annotations.NullMarked;
