/** Code lists of the answers, the same in both dialects. What is [OURS] in them says contracts/population. */
import type { Person, PersonaKin } from '../kernel/personas.ts'

export const genderCodes: Readonly<Record<Person['gender'], string>> = { unknown: '0', male: '1', female: '2' }

export const standingCodes: Readonly<Record<Person['status'], string>> = {
  living: '1',
  deceased: '2',
  number_changed: '3',
}

export const kinElements: Readonly<Record<PersonaKin['relation'], string>> = {
  father: 'Cha',
  mother: 'Me',
  spouse: 'VoChong',
  representative: 'NguoiDaiDien',
}

/** 2 married, 0 no information. */
export const maritalCode = ({ kin }: Person): string => (kin.some(({ relation }) => relation === 'spouse') ? '2' : '0')
