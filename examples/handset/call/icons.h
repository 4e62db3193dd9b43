/* Icons as signed distances in the square -1 to 1 (y down), for canvas_shape. */
#ifndef CALL_ICONS_H
#define CALL_ICONS_H

float icon_answer(float x, float y);  /* handset, upright */
float icon_hang_up(float x, float y); /* handset, laid down */
float icon_microphone(float x, float y);
float icon_slash(float x, float y); /* over the microphone: muted */
float icon_speaker(float x, float y);
float icon_headset(float x, float y);
float icon_keypad(float x, float y);
float icon_person(float x, float y);
float icon_people(float x, float y); /* two of them */
float icon_pause(float x, float y);
float icon_swap(float x, float y);  /* an arrow up, an arrow down */
float icon_merge(float x, float y); /* two ways become one */
float icon_plus(float x, float y);
float icon_cross(float x, float y);
float icon_check(float x, float y);
float icon_backspace(float x, float y);
float icon_warning(float x, float y); /* triangle with an exclamation mark */
float icon_question(float x, float y);
float icon_message(float x, float y); /* envelope */

#endif
