/// Who may see the pages: staff, by their operator key.
@NullMarked
package dev.tollgate.console.access.http;

import org.jspecify.annotations.NullMarked;
