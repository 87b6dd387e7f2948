/* Files of people, register of rooms and equipment, procedures, meetings. SPDX-License-Identifier: Apache-2.0 */
export { StaffHome, MyFilePage, PersonFilePage } from './Files';
export { PeoplePage } from './People';
export { ProceduresPage } from './Procedures';
export { RegisterPage } from './Register';
export { MeetingsPage } from './Meetings';
export { RulesPage } from './Rules';
export { SkillsPage } from './Skills';
