/** Bots in ten lines: handlers, filters, sessions and conversations over the runner. */
@NullMarked
package io.botmesh.bot;

import org.jspecify.annotations.NullMarked;
