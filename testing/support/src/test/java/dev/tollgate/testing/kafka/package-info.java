@NullMarked
package dev.tollgate.testing.kafka;

import org.jspecify.annotations.NullMarked;
