/// Web pages for operators and finance. Start reading at `ConsoleConfiguration`.
@NullMarked
package dev.tollgate.console;

import org.jspecify.annotations.NullMarked;
