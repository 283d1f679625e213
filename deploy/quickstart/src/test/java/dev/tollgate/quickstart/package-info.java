/// What the quickstart decides by itself; running it whole is for the system tests.
@NullMarked
package dev.tollgate.quickstart;

import org.jspecify.annotations.NullMarked;
