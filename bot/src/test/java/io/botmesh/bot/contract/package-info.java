/** What every implementation of an interface of this module must pass. */
@NullMarked
package io.botmesh.bot.contract;

import org.jspecify.annotations.NullMarked;
