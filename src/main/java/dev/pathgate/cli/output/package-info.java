/** What commands print: results on stdout in the format that was asked for, all else on stderr. */
package dev.pathgate.cli.output;
