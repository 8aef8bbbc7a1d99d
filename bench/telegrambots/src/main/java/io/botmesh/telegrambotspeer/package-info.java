/** A bot on TelegramBots that the runner is measured beside. */
@NullMarked
package io.botmesh.telegrambotspeer;

import org.jspecify.annotations.NullMarked;
