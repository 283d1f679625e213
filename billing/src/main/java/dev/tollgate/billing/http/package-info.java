/// What all HTTP endpoints of billing share: problems, operator keys, pages.
@NullMarked
package dev.tollgate.billing.http;

import org.jspecify.annotations.NullMarked;
