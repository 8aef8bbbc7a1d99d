/** Calls and types of the Telegram Bot API, and a blocking client. */
@NullMarked
package io.botmesh.botapi;

import org.jspecify.annotations.NullMarked;
