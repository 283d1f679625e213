/// Usage as pages.
@NullMarked
package dev.tollgate.console.usage.http;

import org.jspecify.annotations.NullMarked;
