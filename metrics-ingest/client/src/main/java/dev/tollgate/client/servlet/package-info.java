/// Meters a servlet application as Tollgate's gateway meters one behind it.
@NullMarked
package dev.tollgate.client.servlet;

import org.jspecify.annotations.NullMarked;
