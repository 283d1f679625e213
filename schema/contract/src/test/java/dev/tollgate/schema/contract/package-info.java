@NullMarked
package dev.tollgate.schema.contract;

import org.jspecify.annotations.NullMarked;
