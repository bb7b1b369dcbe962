import { openExtension, run, until } from '../suite/api';

/** Loads the model that the program outside has trained, as a person does with "Choose Model". */
export async function chooseGivenModel(): Promise<void> {
  const { inference } = await openExtension();
  await run('chooseModel', process.env.UNREASONABLE_TEST_MODEL);
  await until('the model', () => inference.model !== null);
}
