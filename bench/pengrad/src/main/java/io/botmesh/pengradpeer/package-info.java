/** A bot on java-telegram-bot-api that the runner is measured beside. */
@NullMarked
package io.botmesh.pengradpeer;

import org.jspecify.annotations.NullMarked;
