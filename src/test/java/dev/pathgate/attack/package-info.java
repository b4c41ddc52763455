/**
 * What is done to Pathgate by those who mean it harm, or do it without meaning to: the same for the
 * tests of one repair each and for the soak that does all of it in turn.
 */
package dev.pathgate.attack;
