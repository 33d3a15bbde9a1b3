/** What the person alone reads after a click or a dialog; the rest is said in the conversation. */
export const answerComes = 'The answer comes in this conversation.';
export const underWay = `Verifying. ${answerComes}`;
