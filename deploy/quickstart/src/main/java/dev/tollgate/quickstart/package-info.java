/// Everything on one machine: embedded servers, each service a JVM of its own, samples, and the import command.
@NullMarked
package dev.tollgate.quickstart;

import org.jspecify.annotations.NullMarked;
